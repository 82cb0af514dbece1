; Identifiers that use a variable; what ecmascript-locals.scm captures binds one.

(identifier) @reference
(shorthand_property_identifier) @reference

(export_specifier alias: (_) @other)
(export_statement (export_clause (export_specifier (_) @other)) source: (_))
(import_specifier name: (_) @other)
(unary_expression operator: "typeof" argument: (identifier) @other)
(namespace_export (_) @other)
(ERROR) @error

; What TypeScript adds to ecmascript-locals.scm. Types and values are not told apart.

(function_signature name: (identifier) @name)
(function_signature) @scope
(abstract_class_declaration name: (_) @hoisted)
(interface_declaration name: (_) @hoisted)
(type_alias_declaration name: (_) @hoisted)
(enum_declaration name: (identifier) @hoisted)
(internal_module name: (identifier) @global)
(module name: (identifier) @global)
(import_alias . (identifier) @global)
(import_require_clause (identifier) @global)

(required_parameter pattern: (identifier) @binding)
(optional_parameter pattern: (identifier) @binding)
(required_parameter name: (identifier) @binding)
(optional_parameter name: (identifier) @binding)
(index_signature name: (identifier) @binding)

; Type parameters are seen in the whole declaration, which may be no scope: they count everywhere.
(type_parameter name: (_) @global)
(infer_type (type_identifier) @global)
(mapped_type_clause name: (_) @global)

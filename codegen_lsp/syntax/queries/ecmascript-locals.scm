; Scopes of JavaScript and TypeScript, and the identifiers that bind a name in them. When in doubt,
; bound.

(function_declaration) @scope
(function_expression) @scope
(generator_function_declaration) @scope
(generator_function) @scope
(arrow_function) @scope
(method_definition) @scope
(class_static_block) @scope
(statement_block) @scope
(for_statement) @scope
(for_in_statement) @scope
(catch_clause) @scope
(switch_body) @scope
(class) @scope

(function_declaration name: (identifier) @name)
(generator_function_declaration name: (identifier) @name)
(class_declaration name: (_) @hoisted)
(function_expression name: (identifier) @binding)
(generator_function name: (identifier) @binding)
(class name: (_) @binding)

(arrow_function parameter: (identifier) @binding)
(catch_clause parameter: (identifier) @binding)
(lexical_declaration (variable_declarator name: (identifier) @binding))
(variable_declaration (variable_declarator name: (identifier) @hoisted))
(for_in_statement left: (identifier) @binding)

; Patterns occur in declarations, parameters and assignments; the last are taken for declarations.
(shorthand_property_identifier_pattern) @hoisted
(array_pattern (identifier) @hoisted)
(array_pattern (assignment_pattern left: (identifier) @hoisted))
(object_pattern (pair_pattern value: (identifier) @hoisted))
(object_pattern (pair_pattern value: (assignment_pattern left: (identifier) @hoisted)))
(rest_pattern (identifier) @hoisted)

(import_clause (identifier) @global)
(namespace_import (identifier) @global)
(import_specifier alias: (identifier) @global)
(import_specifier !alias name: (identifier) @global)

; Without a declaration it makes a global, or another script has declared it.
(assignment_expression left: (identifier) @global)

(ERROR) @error

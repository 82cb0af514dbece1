(program (lexical_declaration (variable_declarator name: (identifier) @name value: [(string) (number) (object) (array) (call_expression) (new_expression) (as_expression)]) @field))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name value: [(string) (number) (object) (array) (call_expression) (new_expression) (as_expression)]) @field)))
(class_body (public_field_definition name: (_) @name) @field)
(interface_body (property_signature name: (_) @name) @field)
(interface_body (method_signature name: (_) @name) @field)
(type_alias_declaration name: (type_identifier) @name) @field
(enum_declaration name: (identifier) @name) @field

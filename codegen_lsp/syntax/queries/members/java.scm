(field_declaration declarator: (variable_declarator name: (identifier) @name)) @field
(enum_constant name: (identifier) @name) @field
(interface_body (method_declaration name: (identifier) @name !body) @field)

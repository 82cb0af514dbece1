(field_declaration declarator: (field_identifier) @name) @field
(field_declaration declarator: (pointer_declarator declarator: (field_identifier) @name)) @field
(field_declaration declarator: (function_declarator declarator: (field_identifier) @name)) @field
(enumerator name: (identifier) @name) @field
(declaration declarator: (function_declarator declarator: (identifier) @name)) @field
(declaration declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))) @field

(field_declaration name: (field_identifier) @name) @field
(method_elem name: (field_identifier) @name) @field
(source_file (const_declaration (const_spec name: (identifier) @name) @field))
(source_file (var_declaration (var_spec name: (identifier) @name) @field))

(field_declaration name: (field_identifier) @name) @field
(enum_variant name: (identifier) @name) @field
(const_item name: (identifier) @name) @field
(static_item name: (identifier) @name) @field
(type_item name: (type_identifier) @name) @field
(function_signature_item name: (identifier) @name) @field

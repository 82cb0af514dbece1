(function_declaration name: (identifier) @name body: (block) @body) @function
(method_declaration name: (field_identifier) @name body: (block) @body) @function
(type_declaration (type_spec name: (type_identifier) @name type: (_) @body)) @class

(module (expression_statement (assignment left: (identifier) @name) @field))
(class_definition body: (block (expression_statement (assignment left: (identifier) @name) @field)))
(class_definition body: (block (function_definition name: (identifier) @constructor body: (block (expression_statement (assignment left: (attribute object: (identifier) @self attribute: (identifier) @name)) @field)))) (#eq? @self "self") (#eq? @constructor "__init__"))

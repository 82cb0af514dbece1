(function_item name: (identifier) @name body: (block) @body) @function
(struct_item name: (type_identifier) @name body: (_) @body) @class
(enum_item name: (type_identifier) @name body: (_) @body) @class
(trait_item name: (type_identifier) @name body: (_) @body) @class
(impl_item type: (_) @name body: (_) @body) @class

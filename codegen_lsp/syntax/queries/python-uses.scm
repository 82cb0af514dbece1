; What a draft says of things that are defined elsewhere.

(attribute) @attribute
(call) @call
(import_statement) @import
(import_from_statement) @import

(assignment left: (attribute) @stored)
(pattern_list (attribute) @stored)
(tuple_pattern (attribute) @stored)
(list_pattern (attribute) @stored)
(list_splat_pattern (attribute) @stored)
(for_statement left: (attribute) @stored)
(as_pattern_target (attribute) @stored)

; What TypeScript adds to ecmascript-references.scm. Types come from libraries that are not read:
; only values are judged.

(nested_identifier (identifier) @other)
(type_query (_) @other)
(type_predicate name: (_) @other)
(function_type (formal_parameters (_ (identifier) @other)))
(predefined_type) @other
(ambient_declaration (_ (identifier) @other))

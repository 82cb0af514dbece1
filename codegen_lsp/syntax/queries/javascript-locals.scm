; Parameters, which have nodes of their own in TypeScript; the rest is in ecmascript-locals.scm.

(formal_parameters (identifier) @binding)
(formal_parameters (assignment_pattern left: (identifier) @binding))

; Identifiers, and those of them that mean no variable. What python-locals.scm captures binds one.

(identifier) @reference

(attribute attribute: (identifier) @other)
(keyword_argument name: (identifier) @other)
(keyword_pattern . (identifier) @other)
(nonlocal_statement (identifier) @other)
(dotted_name (identifier) (identifier) @other)
(import_statement (dotted_name (identifier) @other))
(import_from_statement (dotted_name (identifier) @other))
(aliased_import name: (dotted_name (identifier) @other))
(relative_import (dotted_name (identifier) @other))
(future_import_statement (dotted_name (identifier) @other))
(ERROR) @error

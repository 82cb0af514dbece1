; An element with a small first letter is HTML's.

((jsx_opening_element name: (identifier) @other) (#match? @other "^[a-z]"))
((jsx_closing_element name: (identifier) @other) (#match? @other "^[a-z]"))
((jsx_self_closing_element name: (identifier) @other) (#match? @other "^[a-z]"))

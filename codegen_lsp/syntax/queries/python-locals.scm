; Scopes, and the identifiers that bind a name in them. Scopes stand alone: a search of part of a
; tree meets the scopes around it, but not their names and parameters.

(function_definition) @scope
(lambda) @scope
(class_definition) @scope
(list_comprehension) @scope
(set_comprehension) @scope
(dictionary_comprehension) @scope
(generator_expression) @scope

; What a scope's header holds is evaluated around it.
(default_parameter value: (_) @outside)
(typed_default_parameter value: (_) @outside)
(typed_default_parameter type: (_) @outside)
(typed_parameter type: (_) @outside)
(function_definition return_type: (_) @outside)
(class_definition superclasses: (_) @outside)

(function_definition name: (identifier) @name)
(class_definition name: (identifier) @name)

(parameters (identifier) @binding)
(lambda_parameters (identifier) @binding)
(default_parameter name: (identifier) @binding)
(typed_default_parameter name: (identifier) @binding)
(typed_parameter . (identifier) @binding)

(assignment left: (identifier) @binding)
(pattern_list (identifier) @binding)
(tuple_pattern (identifier) @binding)
(list_pattern (identifier) @binding)
(list_splat_pattern (identifier) @binding)
(dictionary_splat_pattern (identifier) @binding)
(for_statement left: (identifier) @binding)
(for_in_clause left: (identifier) @binding)
(as_pattern_target (identifier) @binding)
(as_pattern_target (tuple (identifier) @binding))
(as_pattern_target (list (identifier) @binding))
(named_expression name: (identifier) @walrus)

(import_statement name: (dotted_name . (identifier) @binding))
(import_from_statement name: (dotted_name (identifier) @binding))
(future_import_statement name: (dotted_name (identifier) @binding))
(aliased_import alias: (identifier) @binding)
(wildcard_import) @star

(global_statement (identifier) @global)

(case_pattern (dotted_name . (identifier) @binding .))
(union_pattern (dotted_name . (identifier) @binding .))
(keyword_pattern (dotted_name . (identifier) @binding .))
(case_pattern (as_pattern (identifier) @binding))
(splat_pattern (identifier) @binding)

(type_alias_statement left: (type (identifier) @binding))
(type_alias_statement left: (type (generic_type (identifier) @binding)))
(type_alias_statement left: (type (generic_type (type_parameter (type (identifier) @binding)))))
(function_definition type_parameters: (type_parameter (type (identifier) @type)))
(function_definition type_parameters: (type_parameter (type (_ (identifier) @type))))
(function_definition
  type_parameters: (type_parameter (type (constrained_type . (type (identifier) @type)))))
(class_definition type_parameters: (type_parameter (type (identifier) @type)))
(class_definition type_parameters: (type_parameter (type (_ (identifier) @type))))
(class_definition
  type_parameters: (type_parameter (type (constrained_type . (type (identifier) @type)))))

(ERROR) @error

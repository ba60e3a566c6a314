{% macro observed_types() %}
    {#- Every identifier column of the observations: the contract's and the composite keys. -#}
    {%- set types = ['user_id', 'email', 'phone', 'loyalty_id', 'profile_id', 'anonymous_id'] -%}
    {%- for key in setting('composite_keys') -%}{%- do types.append(composite_type(key)) -%}{%- endfor -%}
    {{ return(types) }}
{% endmacro %}

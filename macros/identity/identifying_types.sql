{% macro identifying_types() %}
    {#- The contract's identifier columns, in the order by which a record finds its customer. -#}
    {{ return(['user_id', 'email', 'phone', 'loyalty_id', 'anonymous_id']) }}
{% endmacro %}

{% macro member_field_names() %}
    {#- What a sync sends of a member: who it is, then what a message may show. -#}
    {{ return(['user_id', 'email', 'phone', 'first_name', 'last_name'] + content_field_names()) }}
{% endmacro %}

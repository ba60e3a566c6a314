{% macro consent_purposes() %}
    {#- What consent can be given for. -#}
    {{ return(['marketing_email', 'marketing_sms', 'marketing_push', 'ads', 'profiling']) }}
{% endmacro %}

{% macro consent_purposes() %}
    {#- The purposes of the source contract. -#}
    {{ return(['marketing_email', 'marketing_sms', 'marketing_push', 'ads', 'profiling']) }}
{% endmacro %}

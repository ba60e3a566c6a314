{% macro run_settings() %}
    {{ return({
        'sources': {},
        'seed_files': {'lab_rules': env_var('ROLLCALL_HOME') ~ '/own/lab_rules.csv'},
        'vars': {}
    }) }}
{% endmacro %}

{% macro setting(name) %}
    {#- The company's value of a var of dbt_project.yml, or the shipped one. -#}
    {{ return(run_settings().vars.get(name, var(name))) }}
{% endmacro %}

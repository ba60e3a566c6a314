{% macro of_this_run(name) -%}
    {#- as_of or release_id, of the macro run_moment that each run writes. It is looked up by name,
        and not while parsing: else dbt would parse all that reads it anew at each run. -#}
    {{ return(context['run_moment']()[name] if execute else '') }}
{%- endmacro %}

{% macro table_figures() %}
    {#- Each figure that a suite holds against the past, as the tables stand now. -#}
    {%- set queries = [] -%}
    {%- for table, figures in run_settings().figures | groupby('table') -%}
        {%- set plain = figures | rejectattr('statistic', 'equalto', 'share') | list -%}
        {%- if table == 'data_health' -%}
            {%- do queries.append(health_figures(plain | map(attribute='statistic') | list)) -%}
        {%- elif plain -%}
            {%- do queries.append(plain_figures(table, plain)) -%}
        {%- endif -%}
        {%- for figure in figures if figure.statistic == 'share' -%}
            {%- do queries.append(category_figures(table, figure.column)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ queries | join('\n    union all\n') }}
{% endmacro %}

{% macro plain_figures(table, figures) %}
    {#- One scan of a table for all figures that are one number each. -#}
    select
        '{{ table }}' as table_name,
        asked.column_name,
        asked.statistic,
        'all' as subject,
        case asked.place
            {%- for _ in figures %}
            when {{ loop.index0 }} then measured.figure_{{ loop.index0 }}
            {%- endfor %}
        end as figure_value
    from (
        select
            {%- for figure in figures %}
            cast({{ figure_of(figure.statistic, figure.column) }} as double)
                as figure_{{ loop.index0 }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref(table) }}
    ) as measured
    cross join (
        values
        {%- for figure in figures %}
        ({{ loop.index0 }}, '{{ figure.column }}', '{{ figure.statistic }}')
        {{- ',' if not loop.last }}
        {%- endfor %}
    ) as asked (place, column_name, statistic)
{% endmacro %}

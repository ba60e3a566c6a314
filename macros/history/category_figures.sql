{% macro category_figures(table, column) %}
    {#-
        The share of each value of a column, and how many values are not named: those of few rows,
        which could tell of one person, or all of a column that has too many to be a list. What is
        no plain name is (other).
    -#}
    select
        '{{ table }}' as table_name,
        '{{ column }}' as column_name,
        'share' as statistic,
        category as subject,
        cast(row_count as double) / all_count as figure_value
    from {{ categories_of(table, column) }}
    where category <> '(rare)'
    union all
    select
        '{{ table }}' as table_name,
        '{{ column }}' as column_name,
        'rare_category_count' as statistic,
        'all' as subject,
        cast(count(*) as double) as figure_value
    from {{ categories_of(table, column) }}
    where category = '(rare)'
{% endmacro %}

{% macro categories_of(table, column) %}
    {%- set text = 'cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')' %}
    (
        select
            case
                when
                    counted.row_count >= {{ setting('category_minimum_rows') }}
                    and counted.category_count <= {{ setting('category_limit') }}
                    then counted.category
                else '(rare)'
            end as category,
            counted.row_count,
            counted.all_count
        from (
            select
                coalesce({{ plain_name(text) }}, '(none)') as category,
                count(*) as row_count,
                count(*) over () as category_count,
                sum(count(*)) over () as all_count
            from {{ ref(table) }}
            group by coalesce({{ plain_name(text) }}, '(none)')
        ) as counted
    ) as categories
{% endmacro %}

{% macro figure_of(statistic, column) %}
    {#- A statistic of a table's column as an aggregate. Sums are decimals: the same in each run. -#}
    {%- if statistic == 'row_count' -%}
    count(*)
    {%- elif statistic == 'null_rate' -%}
    (count(*) - count({{ column }})) / nullif(cast(count(*) as double), 0)
    {%- elif statistic == 'mean' -%}
    cast(sum(cast({{ column }} as decimal(28, 4))) as double) / nullif(count({{ column }}), 0)
    {%- elif statistic == 'median' -%}
    median(cast({{ column }} as double))
    {%- elif statistic == 'hours_behind' -%}
    {{ seconds_between('max(' ~ column ~ ')', as_of()) }} / 3600
    {%- else -%}
    {{ exceptions.raise_compiler_error('no figure is named ' ~ statistic) }}
    {%- endif -%}
{% endmacro %}

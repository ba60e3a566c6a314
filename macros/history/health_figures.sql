{% macro health_figures(metrics) %}
    {#- The metrics of data_health that are held against their own past, each source for itself. -#}
    select
        'data_health' as table_name,
        'metric_value' as column_name,
        metric as statistic,
        case when subject = 'all' then source else source || '/' || subject end as subject,
        metric_value as figure_value
    from {{ ref('data_health') }}
    where metric in ('{{ metrics | join("', '") }}')
{% endmacro %}

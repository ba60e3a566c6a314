{% macro union_audiences() %}
    {#- Who qualifies for each audience that models/audiences holds. -#}
    {%- for model_name in run_settings().audiences %}
    select
        '{{ model_name[4:] }}' as audience,
        customer_id
    from {{ ref(model_name) }}
    {% if not loop.last %}union all{% endif %}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as audience,
        cast(null as {{ dbt.type_string() }}) as customer_id
    where false
    {%- endfor %}
{% endmacro %}

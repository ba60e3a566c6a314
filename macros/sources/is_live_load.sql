{% macro is_live_load() -%}
    _load_id in (
        select live_loads.load_id
        from {{ source('rollcall', 'loads') }} as live_loads
        where live_loads.is_live
    )
{%- endmacro %}

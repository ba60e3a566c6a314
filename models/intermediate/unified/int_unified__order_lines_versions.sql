{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('order_lines') }}
)

select * from delivered

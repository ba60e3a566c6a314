{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('product_changes') }}
)

select * from delivered

{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('products') }}
)

select * from delivered

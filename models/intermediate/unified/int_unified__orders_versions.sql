{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('orders') }}
)

select * from delivered

{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('tickets') }}
)

select * from delivered

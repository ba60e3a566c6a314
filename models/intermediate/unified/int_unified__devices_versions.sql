{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('devices') }}
)

select * from delivered

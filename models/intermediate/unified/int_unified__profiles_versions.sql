{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('profiles') }}
)

select * from delivered

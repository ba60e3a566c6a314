{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('identity_cuts') }}
)

select * from delivered

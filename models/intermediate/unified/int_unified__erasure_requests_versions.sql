{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('erasure_requests') }}
)

select * from delivered

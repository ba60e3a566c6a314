{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('consents') }}
)

select * from delivered

{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('campaign_assignments') }}
)

select * from delivered

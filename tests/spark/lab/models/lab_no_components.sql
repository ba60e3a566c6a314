{{ config(materialized='connected_components') }}

select
    node_id,
    neighbour_id
from {{ source('lab', 'nothing') }}

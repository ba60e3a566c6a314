with source as (
    select * from {{ source('previous_release', 'audiences') }}
),

renamed as (
    select
        audience,
        owner,
        priority,
        tier,
        campaign,
        goal,
        is_suppression,
        description,
        definition_hash,
        defined_at,
        defined_by,
        reason
    from source
)

select * from renamed

with source as (
    select * from {{ source('previous_release', 'audience_release_history') }}
),

renamed as (
    select
        release_id,
        released_as_of,
        audience,
        qualified_count,
        member_count,
        entered_count,
        exited_count,
        definition_hash,
        defined_by,
        status,
        reason,
        approved_by
    from source
)

select * from renamed

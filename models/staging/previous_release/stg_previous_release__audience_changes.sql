with source as (
    select * from {{ source('previous_release', 'audience_changes') }}
),

renamed as (
    select
        release_id,
        released_as_of,
        audience,
        customer_id,
        action,
        reason
    from source
)

select * from renamed

with source as (
    select * from {{ source('previous_release', 'identity_merges') }}
),

renamed as (
    select
        absorbed_customer_id,
        customer_id,
        reason,
        left_type,
        left_value,
        right_type,
        right_value,
        merged_at
    from source
)

select * from renamed

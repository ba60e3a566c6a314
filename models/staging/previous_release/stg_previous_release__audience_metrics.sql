with source as (
    select * from {{ source('previous_release', 'audience_metrics') }}
),

renamed as (
    select
        audience,
        entry_month,
        entered_count,
        goal,
        engagement_rate,
        repeat_purchase_rate,
        conversion_rate,
        retention_rate,
        median_hours_to_action,
        baseline_engagement_rate,
        baseline_repeat_purchase_rate,
        baseline_conversion_rate,
        baseline_retention_rate,
        baseline_median_hours_to_action
    from source
)

select * from renamed

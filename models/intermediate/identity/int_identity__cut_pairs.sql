-- Each pair that a cut keeps apart, in both orders, so that whoever asks joins by equality.
with cuts as (
    select * from {{ ref('int_identity__cuts') }}
    where right_value is not null
)

select
    left_type,
    left_value,
    right_type,
    right_value
from cuts
union
select
    right_type as left_type,
    right_value as left_value,
    left_type as right_type,
    left_value as right_value
from cuts

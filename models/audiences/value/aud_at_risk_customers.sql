select customer_id
from {{ ref('customer_360') }}
where rfm_segment in ('at_risk', 'cant_lose')

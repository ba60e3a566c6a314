{% macro trait_parts() %}
    {#- What each measure can and must be told. docs/traits.md explains them to people. -#}
    {%- set of, when = ['of'], ['where', 'window'] -%}
    {{ return({
        'count': {'needed': of, 'allowed': when},
        'sum': {'needed': of, 'allowed': when},
        'distinct': {'needed': of + ['by'], 'allowed': when},
        'first': {'needed': of, 'allowed': when + ['value']},
        'last': {'needed': of, 'allowed': when + ['value']},
        'days_since': {'needed': of, 'allowed': when},
        'share': {'needed': of + ['among'], 'allowed': when},
        'top': {
            'needed': of + ['value'],
            'allowed': when + ['result'],
            'results': ['value', 'count'],
        },
        'count_in_window': {'needed': of + ['within'], 'allowed': ['where']},
        'sequence_then_absence': {
            'needed': ['first', 'then', 'within'],
            'allowed': ['same', 'result'],
            'results': ['last_at', 'count'],
        },
        'first_then_again': {
            'needed': ['first'],
            'allowed': ['again', 'within', 'same', 'result'],
            'results': ['last_at', 'count'],
        },
        'gap_between': {
            'needed': of + ['result'],
            'allowed': ['where', 'steps', 'at_least'],
            'results': ['shortest', 'longest', 'average', 'ended_at'],
        },
        'streak': {
            'needed': of + ['unit', 'result'],
            'allowed': ['where', 'at_least'],
            'results': ['longest', 'current', 'ended_at'],
        },
        'running_balance': {
            'needed': of + ['result'],
            'allowed': ['window'],
            'results': ['now', 'lowest_at_day_end'],
        },
    }) }}
{% endmacro %}

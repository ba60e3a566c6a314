{% macro trait_parts() %}
    {#- What each measure must and can be told; what each result of it needs besides.
        docs/traits.md explains them to people. -#}
    {%- set when = ['where', 'window'] -%}
    {%- set last_or_count = {'last_at': [], 'count': []} -%}
    {%- set measures = {
        'count': [['of'], when],
        'sum': [['of'], when],
        'distinct': [['of', 'by'], when],
        'first': [['of'], when + ['value']],
        'last': [['of'], when + ['value']],
        'days_since': [['of'], when],
        'share': [['of', 'among'], when],
        'top': [['of', 'value'], when + ['result'], {'value': [], 'count': []}],
        'count_in_window': [['of', 'within'], when + ['same']],
        'sequence_then_absence': [['first', 'then', 'within'], ['same', 'result'], last_or_count],
        'first_then_again': [['first'], ['again', 'within', 'same', 'result'], last_or_count],
        'gap_between': [
            ['of', 'result'],
            when + ['same', 'steps'],
            {'shortest': [], 'longest': [], 'average': [], 'ended_at': ['at_least']},
        ],
        'streak': [
            ['of', 'unit', 'result'],
            when,
            {'longest': [], 'current': [], 'ended_at': ['at_least']},
        ],
        'running_balance': [['of', 'result'], when, {'now': [], 'lowest_at_day_end': []}],
    } -%}
    {{ return(measures) }}
{% endmacro %}

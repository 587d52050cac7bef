comment on table rate_limits is 'How often something was tried, so that several servers agree; deleted after the window';

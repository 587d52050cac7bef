comment on table rate_limits is 'How often something was tried, and which places of a few are taken, so that several servers agree; deleted after the window';

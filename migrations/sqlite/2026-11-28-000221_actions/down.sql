drop table alert_actions;

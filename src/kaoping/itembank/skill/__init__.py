"""The skill component 操作技能: project tables 考核项目表 by units, drawn and sealed skill papers, and their prints."""
